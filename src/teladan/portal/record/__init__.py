"""The record: entries, proofs, histories and corrections."""
