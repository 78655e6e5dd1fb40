"""What an act of the exchange was: the words that entries of the record hold under `what`."""

from __future__ import annotations

# Of a practice.
VERSION, OBSERVED, CHECKED, TRANSLATED = "version", "observation", "check-in", "translation"
CARRIED = "carried"
# Of an adoption.
STAGE, BECAME, APPRAISED, REPLIED = "stage", "became", "appraisal", "reply"
MODIFIED, OUTCOME = "modification", "observation"
