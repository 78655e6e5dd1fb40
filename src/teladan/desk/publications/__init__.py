"""Publications on the desk: drafted, prepared, released, corrected, archived, audited."""
