/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "runner/version_flyway.h"

static void a_checksum_is_that_of_the_lines_without_their_ends(void **state)
{
    static const struct {
        const char *text;
        int32_t sum;
    } cases[] = {
        {"", 0},
        /* The check value of CRC-32 (ITU-T V.42), as Java's int. */
        {"123456789", -873187034},
        {"1234\n56789", -873187034},
        {"1234\r\n56789\r\n", -873187034},
        {"\xef\xbb\xbf"
         "123456789\n",
         -873187034},
        {"12345678", -1696539985},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(gm_flyway_checksum(gm_str_from(cases[i].text)), cases[i].sum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_checksum_is_that_of_the_lines_without_their_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
