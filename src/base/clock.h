/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_CLOCK_H
#define GM_BASE_CLOCK_H

#include "base/str.h"

/*
 * Seconds since 1970, UTC. SOURCE_DATE_EPOCH (reproducible-builds.org) stands in for the present
 * where it is set, so that tests and scripts can fix the time that is written into files.
 */
int64_t gm_clock_now(void);

/* Monotonic milliseconds, for durations. */
int64_t gm_clock_ms(void);

/* "2026-11-23T10:42:07Z" */
gm_str gm_time_iso(gm_arena *arena, int64_t seconds);

/* "20261123104207" */
gm_str gm_time_compact(gm_arena *arena, int64_t seconds);

/*
 * Reads the ISO 8601 forms that people write: a date, "T" or a blank, a time with or without
 * seconds or a fraction (ignored), and "Z", an offset such as +01:00, or nothing (UTC). False when
 * it is no such time.
 */
bool gm_time_parse(gm_str text, int64_t *seconds);

/* "200ms", "5s", "10min", "1h", or a bare number of seconds -> milliseconds; false otherwise. */
bool gm_duration_parse(gm_str text, int64_t *ms);

#endif
