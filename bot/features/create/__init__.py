"""Creating a server: the dialog, and what people do when its end is not known."""
