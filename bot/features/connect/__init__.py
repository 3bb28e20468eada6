"""The provider account of a workspace."""
