"""One folder per thing a person can do: handlers (thin) and views (pure). app.py lists them."""
