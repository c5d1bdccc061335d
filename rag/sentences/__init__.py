"""Every sentence that an answer may say, and which of them answer a question."""
