"""The formats of the record: Merkle tree, tiles, signed notes, checkpoints, proofs, entries."""
