"""Breaking the glass: in an emergency, an admin does alone what takes consent."""
