"""An answer in its parts: what leads, what studies found, how sure that is, what is not known, what next."""
