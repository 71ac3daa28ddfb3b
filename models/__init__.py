"""The ground floor: saves, checks, loads, promotes and rolls back trained artifacts."""
