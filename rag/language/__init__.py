"""What people's words say: terms, grammar, what is asked, told or claimed. Knows no evidence."""
