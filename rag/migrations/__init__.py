"""The steps that build the transcript database, oldest first; steps are only ever added."""
