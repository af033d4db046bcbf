CREATE TABLE schema_versions (version int PRIMARY KEY);
INSERT INTO schema_versions VALUES (1);
