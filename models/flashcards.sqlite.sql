-- The schema of the flash-card application for SQLite: what flashcards.yml says, in SQL.
-- A project may have either; `models:` in gmig.yml chooses.

-- Timestamps are UTC text as CURRENT_TIMESTAMP writes it, 2026-09-07 08:14:52. Columns that queries
-- compare or sort by have a check that nothing else gets in.

-- The people who study.
CREATE TABLE users (
    id INTEGER NOT NULL,
    email TEXT NOT NULL,
    display_name TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_check CHECK (email LIKE '%_@_%')
);

CREATE UNIQUE INDEX users_email_lower_idx ON users (lower(email));

-- At most one row a user; a user without one has the defaults.
CREATE TABLE user_preferences (
    user_id INTEGER NOT NULL,
    theme TEXT NOT NULL DEFAULT 'system',
    time_zone TEXT NOT NULL DEFAULT 'UTC',
    new_cards_per_day INTEGER NOT NULL DEFAULT 20,
    reminders_enabled INTEGER NOT NULL DEFAULT FALSE,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT user_preferences_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_preferences_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_preferences_theme_check CHECK (theme IN ('system', 'light', 'dark')),
    CONSTRAINT user_preferences_new_cards_per_day_check CHECK (new_cards_per_day BETWEEN 0 AND 500),
    CONSTRAINT user_preferences_reminders_enabled_check CHECK (reminders_enabled IN (FALSE, TRUE))
);

CREATE TABLE decks (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    archived_at TEXT,
    CONSTRAINT decks_pkey PRIMARY KEY (id),
    CONSTRAINT decks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT decks_name_check CHECK (name <> '')
);

CREATE INDEX decks_user_id_idx ON decks (user_id);

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

-- A card is due from due_at on. A new one has not been scheduled yet.
CREATE TABLE cards (
    id INTEGER NOT NULL,
    deck_id INTEGER NOT NULL,
    front TEXT NOT NULL,
    back TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    due_at TEXT,
    interval_days INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    difficulty REAL NOT NULL DEFAULT 0, -- the share of wrong answers
    lapses INTEGER NOT NULL DEFAULT 0, -- how often a known card has been forgotten
    CONSTRAINT cards_pkey PRIMARY KEY (id),
    CONSTRAINT cards_deck_id_fkey FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE CASCADE,
    CONSTRAINT cards_state_check CHECK (state IN ('new', 'learning', 'review', 'suspended')),
    CONSTRAINT cards_scheduled_check CHECK (state IN ('new', 'suspended') OR due_at IS NOT NULL),
    CONSTRAINT cards_interval_days_check CHECK (interval_days >= 0),
    CONSTRAINT cards_difficulty_check CHECK (difficulty BETWEEN 0 AND 1),
    CONSTRAINT cards_lapses_check CHECK (lapses >= 0),
    CONSTRAINT cards_due_at_check CHECK (due_at IS datetime(due_at))
);

CREATE INDEX cards_deck_id_idx ON cards (deck_id);

-- What to study next; suspended cards never come up.
CREATE INDEX cards_due_idx ON cards (deck_id, due_at) WHERE state <> 'suspended';

-- Cards that do not stick.
CREATE INDEX cards_leech_idx ON cards (deck_id) WHERE lapses >= 8;

-- One sitting. It outlives its deck, so that the statistics of a user stay whole.
CREATE TABLE study_sessions (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    deck_id INTEGER,
    started_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ended_at TEXT,
    CONSTRAINT study_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT study_sessions_user_id_fkey
        FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT study_sessions_deck_id_fkey
        FOREIGN KEY (deck_id) REFERENCES decks (id) ON DELETE SET NULL,
    CONSTRAINT study_sessions_ended_at_check CHECK (ended_at >= started_at),
    CONSTRAINT study_sessions_timestamps_check
        CHECK (started_at IS datetime(started_at) AND ended_at IS datetime(ended_at))
);

CREATE INDEX study_sessions_user_id_idx ON study_sessions (user_id, started_at);
CREATE INDEX study_sessions_deck_id_idx ON study_sessions (deck_id);

-- A user studies in one place at a time.
CREATE UNIQUE INDEX study_sessions_open_idx ON study_sessions (user_id) WHERE ended_at IS NULL;

-- One answer. rating: 1 again, 2 hard, 3 good, 4 easy.
CREATE TABLE card_reviews (
    id INTEGER NOT NULL,
    card_id INTEGER NOT NULL,
    study_session_id INTEGER,
    rating INTEGER NOT NULL,
    duration_ms INTEGER,
    reviewed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT card_reviews_pkey PRIMARY KEY (id),
    CONSTRAINT card_reviews_card_id_fkey
        FOREIGN KEY (card_id) REFERENCES cards (id) ON DELETE CASCADE,
    CONSTRAINT card_reviews_study_session_id_fkey
        FOREIGN KEY (study_session_id) REFERENCES study_sessions (id) ON DELETE SET NULL,
    CONSTRAINT card_reviews_rating_check CHECK (rating BETWEEN 1 AND 4),
    CONSTRAINT card_reviews_duration_ms_check CHECK (duration_ms >= 0),
    CONSTRAINT card_reviews_reviewed_at_check CHECK (reviewed_at IS datetime(reviewed_at))
);

CREATE INDEX card_reviews_card_id_idx ON card_reviews (card_id, reviewed_at);
CREATE INDEX card_reviews_study_session_id_idx ON card_reviews (study_session_id);

CREATE TABLE tags (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT tags_pkey PRIMARY KEY (id),
    CONSTRAINT tags_user_id_name_key UNIQUE (user_id, name),
    CONSTRAINT tags_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT tags_name_check CHECK (name <> '')
);

CREATE TABLE card_tags (
    card_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL,
    CONSTRAINT card_tags_pkey PRIMARY KEY (card_id, tag_id),
    CONSTRAINT card_tags_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards (id) ON DELETE CASCADE,
    CONSTRAINT card_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id) ON DELETE CASCADE
);

CREATE INDEX card_tags_tag_id_idx ON card_tags (tag_id);
