"""Who is at the desk, on which data set and ledger; addresses, banners, and what the desk remembers."""
