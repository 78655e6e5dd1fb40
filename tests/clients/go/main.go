// Command client checks a Teladan record over HTTP with the code of Go's own checksum database,
// golang.org/x/mod/sumdb: notes, tiles and proofs are verified by what we did not write.
//
//	client [-old NOTE] [-all] URL VKEY [POSITION …]
//
// URL is where `checkpoint` and `tile/` lie. With -old a checkpoint seen before must be the beginning of
// this one; each POSITION must be provably in the log; -all reads every tile and every entry, and
// computes the root once more from the entries alone.
package main

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

var client = &http.Client{Timeout: 30 * time.Second}

// get returns the body at a path below the log's address, and whether there is one.
func get(address string) ([]byte, bool, error) {
	answer, err := client.Get(address)
	if err != nil {
		return nil, false, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, false, err
	}
	if answer.StatusCode == http.StatusNotFound {
		return nil, false, nil
	}
	if answer.StatusCode != http.StatusOK {
		return nil, false, fmt.Errorf("%s: %s", address, answer.Status)
	}
	return body, true, nil
}

// wide returns a file of the log, or the beginning of the full one where a narrow one is gone.
func wide(base, path string) ([]byte, error) {
	body, found, err := get(base + path)
	if err == nil && !found {
		if full, _, narrow := strings.Cut(path, ".p/"); narrow {
			body, found, err = get(base + full)
		}
	}
	if err == nil && !found {
		err = fmt.Errorf("%s is not there", path)
	}
	return body, err
}

// tiles reads the tiles of a log; what Go has found valid it keeps.
type tiles struct {
	base string
	kept map[tlog.Tile][]byte
}

func (r *tiles) Height() int { return height }

func (r *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		data, known := r.kept[tile]
		if !known {
			// Go names the height in the path, tlog-tiles does not: its tiles are all of height 8.
			path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
			body, err := wide(r.base, path)
			if err != nil {
				return nil, err
			}
			if len(body) != tile.W*tlog.HashSize && len(body) != width*tlog.HashSize {
				return nil, fmt.Errorf("%s has %d bytes", path, len(body))
			}
			data = body[:tile.W*tlog.HashSize]
		}
		found = append(found, data)
	}
	return found, nil
}

func (r *tiles) SaveTiles(valid []tlog.Tile, data [][]byte) {
	for number, tile := range valid {
		r.kept[tile] = data[number]
	}
}

// checkpoint returns origin, size and root of a note that the key signed.
func checkpoint(signed []byte, verifier note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, errors.New("the note is no checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// bundle returns the entries of bundle number n in a log of that size.
func bundle(base string, n, size int64) ([][]byte, error) {
	count := min(width, size-n*width)
	path := "tile/entries/" + strings.TrimPrefix(tlog.Tile{H: height, L: 0, N: n, W: int(count)}.Path(), "tile/8/0/")
	data, err := wide(base, path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 {
			return nil, fmt.Errorf("%s breaks off", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		if len(data) < end {
			return nil, fmt.Errorf("%s breaks off", path)
		}
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	if int64(len(entries)) < count {
		return nil, fmt.Errorf("%s has %d entries instead of %d", path, len(entries), count)
	}
	return entries[:count], nil
}

// everything reads every entry, holds it against its tile, and computes the root from the entries alone.
func everything(base string, tree tlog.Tree, hashes tlog.HashReader) error {
	var stored []tlog.Hash
	own := tlog.HashReaderFunc(func(wanted []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(wanted))
		for number, index := range wanted {
			found[number] = stored[index]
		}
		return found, nil
	})
	for n := int64(0); n*width < tree.N; n++ {
		entries, err := bundle(base, n, tree.N)
		if err != nil {
			return err
		}
		var indexes []int64
		for number := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, n*width+int64(number)))
		}
		leaves, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for number, entry := range entries {
			position := n*width + int64(number)
			if tlog.RecordHash(entry) != leaves[number] {
				return fmt.Errorf("entry %d is not what its tile says", position)
			}
			more, err := tlog.StoredHashes(position, entry, own)
			if err != nil {
				return err
			}
			stored = append(stored, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, own)
	if err == nil && root != tree.Hash {
		err = errors.New("the entries have another root")
	}
	return err
}

// included shows one entry to be in the log.
func included(base string, position int64, tree tlog.Tree, hashes tlog.HashReader) error {
	if position >= tree.N {
		return fmt.Errorf("there is no entry %d", position)
	}
	entries, err := bundle(base, position/width, tree.N)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveRecord(tree.N, position, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, position, tlog.RecordHash(entries[position%width]))
}

func run() error {
	old := flag.String("old", "", "file with a checkpoint seen before")
	all := flag.Bool("all", false, "read every tile and every entry")
	flag.Parse()
	if flag.NArg() < 2 {
		return errors.New("usage: client [-old NOTE] [-all] URL VKEY [POSITION …]")
	}
	base := strings.TrimSuffix(flag.Arg(0), "/") + "/"
	verifier, err := note.NewVerifier(flag.Arg(1))
	if err != nil {
		return err
	}
	signed, found, err := get(base + "checkpoint")
	if err != nil {
		return err
	}
	if !found {
		return errors.New("there is no checkpoint")
	}
	tree, err := checkpoint(signed, verifier)
	if err != nil {
		return err
	}
	hashes := tlog.TileHashReader(tree, &tiles{base, make(map[tlog.Tile][]byte)})
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the tiles have another root")
	}
	if *old != "" {
		seen, err := os.ReadFile(*old)
		if err != nil {
			return err
		}
		before, err := checkpoint(seen, verifier)
		if err != nil {
			return fmt.Errorf("the older checkpoint: %w", err)
		}
		proof, err := tlog.ProveTree(tree.N, before.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
			return fmt.Errorf("the older checkpoint: %w", err)
		}
	}
	for _, text := range flag.Args()[2:] {
		position, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		if err := included(base, position, tree, hashes); err != nil {
			return fmt.Errorf("entry %d: %w", position, err)
		}
	}
	if *all {
		if err := everything(base, tree, hashes); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d entries, root %s\n", verifier.Name(), tree.N, tree.Hash)
	return nil
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
