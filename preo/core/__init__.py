"""What knows no domain word and owns no table: ids, errors, access, HTTP, jobs, money."""
