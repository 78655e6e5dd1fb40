"""The public pages: results, instruments, organisations, countries, in three languages."""
