"""What a publication is made of: its documents as canonical bytes, and what is read from them."""
