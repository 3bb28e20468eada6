"""The Web API: one function a method, in files by family; `registry.METHODS` is the table of all."""
