"""The append-only public record: entries, outbox, sequencer, tiles, checkpoints, proofs."""
