"""The provider's API: its calls, its two vocabularies, and everything that can go wrong with them."""
