-- Instants are UTC epoch milliseconds (*_ms). Addresses and prefixes are canonical text. Ids are never used twice
-- (AUTOINCREMENT), since audit records and gateways remember them.

CREATE TABLE meta (
  key   TEXT    NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

CREATE TABLE roles (
  id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name          TEXT    NOT NULL,
  name_key      TEXT    NOT NULL UNIQUE, -- the name with letter case folded
  description   TEXT    NOT NULL,
  built_in      INTEGER NOT NULL CHECK (built_in IN (0, 1)),
  created_at_ms INTEGER NOT NULL
) STRICT;

INSERT INTO roles (id, name, name_key, description, built_in, created_at_ms) VALUES
  (1, 'root',  'root',  'Does everything',                                      1, 0),
  (2, 'admin', 'admin', 'Manages services, users and the services of roles',    1, 0),
  (3, 'user',  'user',  'Uses the services given to this role and to the user', 1, 0);

CREATE TABLE users (
  id                   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  username             TEXT    NOT NULL,
  username_key         TEXT    NOT NULL UNIQUE, -- the name with letter case folded
  password_hash        TEXT,                    -- none: somebody else checks who it is
  role_id              INTEGER NOT NULL REFERENCES roles (id),
  is_active            INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  must_change_password INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
  created_at_ms        INTEGER NOT NULL,
  last_login_at_ms     INTEGER                  -- none: never
) STRICT;

CREATE INDEX users_by_role ON users (role_id);

CREATE TABLE sessions (
  id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  user_id       INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  login_source  TEXT    NOT NULL,
  started_at_ms INTEGER NOT NULL,
  ends_at_ms    INTEGER NOT NULL CHECK (ends_at_ms >= started_at_ms)
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (ends_at_ms);

CREATE TABLE tokens (
  hash          BLOB    NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the token
  session_id    INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  kind          TEXT    NOT NULL CHECK (kind IN ('access', 'refresh')),
  expires_at_ms INTEGER NOT NULL,
  spent         INTEGER NOT NULL CHECK (spent IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX tokens_by_session ON tokens (session_id);
CREATE INDEX tokens_by_expiry ON tokens (kind, expires_at_ms);

CREATE TABLE services (
  id            INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  name          TEXT    NOT NULL,
  name_key      TEXT    NOT NULL UNIQUE, -- the name with letter case folded
  hostname      TEXT    NOT NULL,
  description   TEXT    NOT NULL,
  protocol      TEXT    NOT NULL CHECK (protocol IN ('tcp', 'udp', 'icmp-echo')),
  idle_limit_ms INTEGER CHECK (idle_limit_ms >= 2000),
  hard_limit_ms INTEGER NOT NULL CHECK (hard_limit_ms > 0),
  created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE service_targets (
  service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL CHECK (position >= 0),
  prefix     TEXT    NOT NULL,
  protocol   TEXT    NOT NULL,
  first_port INTEGER NOT NULL CHECK (first_port BETWEEN 0 AND 65535),
  last_port  INTEGER NOT NULL CHECK (last_port BETWEEN first_port AND 65535),
  PRIMARY KEY (service_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE role_services (
  role_id    INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  PRIMARY KEY (role_id, service_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_services_by_service ON role_services (service_id);

CREATE TABLE user_services (
  user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  service_id INTEGER NOT NULL REFERENCES services (id) ON DELETE CASCADE,
  PRIMARY KEY (user_id, service_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_services_by_service ON user_services (service_id);

-- No reference to users, sessions or services cascades to here: an activation is ended by the code that also tells the
-- gateways. It does so after the edit and before the commit, which fails if one was forgotten.
CREATE TABLE activations (
  id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  user_id         INTEGER NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
  session_id      INTEGER NOT NULL REFERENCES sessions (id) DEFERRABLE INITIALLY DEFERRED,
  service_id      INTEGER NOT NULL REFERENCES services (id) DEFERRABLE INITIALLY DEFERRED,
  source          TEXT    NOT NULL,
  confirmed       INTEGER NOT NULL CHECK (confirmed IN (0, 1)), -- whether the gateways said that they enforce it
  activated_at_ms INTEGER NOT NULL,
  updated_at_ms   INTEGER NOT NULL,
  hard_expiry_ms  INTEGER NOT NULL,
  idle_limit_ms   INTEGER,
  UNIQUE (user_id, service_id, source)
) STRICT;

CREATE INDEX activations_by_session ON activations (session_id);
CREATE INDEX activations_by_service ON activations (service_id, source);

-- What shall be in force now.
CREATE TABLE grants (
  id             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  activation_id  INTEGER NOT NULL REFERENCES activations (id),
  version        INTEGER NOT NULL CHECK (version >= 1),
  policy_version INTEGER NOT NULL,
  issued_at_ms   INTEGER NOT NULL,
  client         TEXT    NOT NULL,
  prefix         TEXT    NOT NULL,
  protocol       TEXT    NOT NULL,
  first_port     INTEGER NOT NULL,
  last_port      INTEGER NOT NULL,
  hard_expiry_ms INTEGER NOT NULL,
  soft_expiry_ms INTEGER NOT NULL CHECK (soft_expiry_ms <= hard_expiry_ms),
  idle_limit_ms  INTEGER,
  mode           TEXT    NOT NULL CHECK (mode IN ('enforce', 'audit')),
  needs_lease    INTEGER NOT NULL CHECK (needs_lease IN (0, 1))
) STRICT;

CREATE INDEX grants_by_activation ON grants (activation_id);
CREATE INDEX grants_by_soft_expiry ON grants (soft_expiry_ms);

-- How it came to be, in commit order. Each row is whole: a reader must get what was true at that revision.
CREATE TABLE changes (
  revision       INTEGER NOT NULL PRIMARY KEY,
  kind           TEXT    NOT NULL CHECK (kind IN ('put', 'removed')),
  grant_id       INTEGER NOT NULL,
  prefix         TEXT    NOT NULL,
  protocol       TEXT    NOT NULL,
  first_port     INTEGER NOT NULL,
  last_port      INTEGER NOT NULL,
  version        INTEGER,
  policy_version INTEGER,
  issued_at_ms   INTEGER,
  client         TEXT,
  hard_expiry_ms INTEGER,
  soft_expiry_ms INTEGER,
  idle_limit_ms  INTEGER,
  mode           TEXT,
  needs_lease    INTEGER,
  CHECK (kind = 'removed' OR (version IS NOT NULL AND policy_version IS NOT NULL AND issued_at_ms IS NOT NULL
    AND client IS NOT NULL AND hard_expiry_ms IS NOT NULL AND soft_expiry_ms IS NOT NULL AND mode IS NOT NULL
    AND needs_lease IS NOT NULL))
) STRICT;

CREATE TABLE gateways (
  name         TEXT    NOT NULL PRIMARY KEY,
  last_seen_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE gateway_guards (
  gateway TEXT NOT NULL REFERENCES gateways (name) ON DELETE CASCADE,
  prefix  TEXT NOT NULL,
  PRIMARY KEY (gateway, prefix)
) STRICT, WITHOUT ROWID;

CREATE TABLE gateway_addresses (
  gateway TEXT NOT NULL REFERENCES gateways (name) ON DELETE CASCADE,
  address TEXT NOT NULL,
  PRIMARY KEY (gateway, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
  id       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  at_ms    INTEGER NOT NULL,
  actor_id INTEGER,          -- none: nobody was logged in, or the controller itself
  actor    TEXT    NOT NULL, -- as it was called then
  source   TEXT,             -- the address it came from
  action   TEXT    NOT NULL,
  object   TEXT    NOT NULL,
  result   TEXT    NOT NULL CHECK (result IN ('done', 'refused', 'failed')),
  detail   TEXT    NOT NULL
) STRICT;
