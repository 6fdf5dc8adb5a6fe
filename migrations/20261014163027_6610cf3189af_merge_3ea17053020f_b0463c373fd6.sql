-- revision: 6610cf3189af
-- parents: [3ea17053020f, b0463c373fd6]
-- message: merge 3ea17053020f, b0463c373fd6
-- created: 2026-10-14T16:30:27Z

-- gmig:up

-- gmig:down
