-- revision: 3ea17053020f
-- parents: [f2bc21c6997b]
-- message: share decks
-- created: 2026-10-13T08:09:11Z
-- models: {sqlite: b6651663c10c2c6c, postgres: c88ce5b43ef1819a}

-- gmig:up dialect=sqlite

-- Who besides its owner may study a deck (reader) or also change it (editor).
CREATE TABLE deck_shares (
    deck_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL DEFAULT 'reader',
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT deck_shares_pkey PRIMARY KEY (deck_id, user_id),
    CONSTRAINT deck_shares_deck_id_fkey
        FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE CASCADE,
    CONSTRAINT deck_shares_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT deck_shares_role_check CHECK (role IN ('reader', 'editor'))
);

CREATE INDEX deck_shares_user_id_idx ON deck_shares (user_id);

-- gmig:up dialect=postgres

-- Who besides its owner may study a deck (reader) or also change it (editor).
CREATE TABLE deck_shares (
    deck_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL DEFAULT 'reader',
    created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT deck_shares_pkey PRIMARY KEY (deck_id, user_id),
    CONSTRAINT deck_shares_deck_id_fkey
        FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE CASCADE,
    CONSTRAINT deck_shares_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT deck_shares_role_check CHECK (role IN ('reader', 'editor'))
);

CREATE INDEX deck_shares_user_id_idx ON deck_shares (user_id);

-- gmig:down

DROP TABLE deck_shares;
