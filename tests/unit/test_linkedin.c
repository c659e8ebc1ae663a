/* test_linkedin.c: the driver for LinkedIn against a strict stand-in
   (tests/doubles/linkedin.py): connecting members and pages, what is done with
   posts that are public, and little text. How posts come there is
   tests/publisher/test_linkedin.py's. */
#include "network/linkedin.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "provider.h"

static const char alice[] = "urn:li:person:alice-Id1";
static const char page[] = "urn:li:organization:2414183";
extern const struct network linkedin;
static const char *folder;

static int
set_up(void **state)
{
    (void)state;
    provider_start("linkedin");
    folder = instance_open(memory_format(
        "allow_private_networks = 127.0.0.1\n"
        "api_url.linkedin = %s/api.linkedin.com\n"
        "login_url.linkedin = %s/www.linkedin.com\n"
        "scopes.linkedin = openid profile w_member_social"
        " w_organization_social r_organization_social"
        " rw_organization_admin\n", provider_url, provider_url));
    provider_control("{\"set\":{\"quota\":100000}}");
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    provider_end();
    instance_remove(folder);
    return 0;
}

static struct job
published(const char *author)
{
    struct job job = provider_job(author);

    job.remote_id = json_text(provider_control(memory_format(
        "{\"call\":\"publish\",\"author\":\"%s\",\"text\":\"Hello\"}",
        author)), "$.id");
    return job;
}

/* ------------------------------------------------------------ connecting */

static struct connected
connect_with(const char *granted)
{
    struct oauth_start start = linkedin.oauth_begin("", provider_app,
                                                    provider_back, "state");

    assert_null(start.fault);
    assert_string_equal(start.verifier, "");
    provider_control(memory_format("{\"set\":{\"grants\":%s}}", granted));
    return linkedin.oauth_finish("", start.app, provider_back,
                                 start.verifier,
                                 provider_code(start.authorize_url));
}

static void
a_member_chooses_among_himself_and_his_pages(void **state)
{
    struct connected connected = connect_with("null");
    const char *one;

    (void)state;
    assert_null(connected.fault);
    assert_int_equal(json_count(connected.choices, "$"), 3);
    assert_string_equal(json_text(connected.choices, "$[0].remote_id"),
                        alice);
    assert_string_equal(json_text(connected.choices, "$[0].handle"),
                        "Alice Member");
    assert_string_equal(json_text(connected.choices, "$[1].remote_id"), page);
    assert_string_equal(json_text(connected.choices, "$[1].handle"),
                        "devtestco");
    assert_string_equal(json_text(connected.choices, "$[2].name"),
                        "Another Page");
    one = json_text(connected.choices, "$[1].credentials");
    assert_non_null(json_text(one, "$.refresh_token"));
    assert_true(json_integer(connected.choices, "$[1].token_expires_at", 0)
                > clock_now() + 59 * (int64_t)DAY);
}

static void
scopes_decide_what_can_be_chosen(void **state)
{
    struct connected connected = connect_with(
        "[\"openid\",\"profile\",\"w_member_social\"]");

    (void)state;
    assert_int_equal(json_count(connected.choices, "$"), 1);
    connected = connect_with("[\"w_organization_social\","
                             "\"rw_organization_admin\"]");
    assert_int_equal(json_count(connected.choices, "$"), 2);
    connected = connect_with("[\"profile\"]");
    assert_non_null(connected.fault);
    provider_control("{\"set\":{\"grants\":null}}");
    assert_non_null(linkedin.oauth_begin("", NULL, provider_back,
                                         "state").fault);
    assert_non_null(linkedin.connect("", "", "unknown").fault);
}

/* A self-serve application gets no refresh token, and its access ends when it
   ends. */
static void
tokens_are_renewed_where_they_can_be(void **state)
{
    struct job job = published(page);
    struct result result;

    (void)state;
    provider_saves = 0;
    assert_int_equal(linkedin.refresh(&job).kind, RESULT_READY);
    assert_int_equal(provider_saves, 1);
    assert_non_null(json_text(job.credentials, "$.refresh_token"));
    job.credentials = memory_format("{\"access_token\":\"a\","
        "\"expires_at\":%lld}", (long long)(clock_now() + DAY));
    assert_int_equal(linkedin.refresh(&job).kind, RESULT_REJECTED);
    assert_int_equal(linkedin.remove(&job).kind, RESULT_AUTH);
    job.credentials = "{\"refresh_token\":\"refresh-spent\"}";
    result = linkedin.refresh(&job);
    assert_int_equal(result.kind, RESULT_AUTH);
    assert_false(provider_leaks(result.words));
}

/* ------------------------------------------------------ what is public */

static void
a_pages_metrics(void **state)
{
    struct job job = published(page);
    struct metrics metrics;

    (void)state;
    assert_int_equal(linkedin.measure(&job, &metrics).kind, RESULT_READY);
    assert_int_equal(metrics.likes, 0);
    provider_control(memory_format(
        "{\"call\":\"metrics\",\"urn\":\"%s\",\"likeCount\":3,"
        "\"commentCount\":2,\"shareCount\":1,\"impressionCount\":70,"
        "\"clickCount\":9}", job.remote_id));
    assert_int_equal(linkedin.measure(&job, &metrics).kind, RESULT_READY);
    assert_int_equal(metrics.likes, 3);
    assert_int_equal(metrics.comments, 2);
    assert_int_equal(metrics.shares, 1);
    assert_int_equal(metrics.impressions, 70);
    assert_int_equal(metrics.clicks, 9);
    assert_int_equal(metrics.views, -1);
    assert_int_equal(metrics.saves, -1);
}

/* One that is missing does not fail the rest. */
static void
a_members_metrics(void **state)
{
    struct job job = published(alice);
    struct metrics metrics;

    (void)state;
    provider_control(memory_format(
        "{\"call\":\"metrics\",\"urn\":\"%s\",\"IMPRESSION\":40,"
        "\"REACTION\":5,\"RESHARE\":1}", job.remote_id));
    assert_int_equal(linkedin.measure(&job, &metrics).kind, RESULT_READY);
    assert_int_equal(metrics.impressions, 40);
    assert_int_equal(metrics.likes, 5);
    assert_int_equal(metrics.comments, -1);
    assert_int_equal(metrics.shares, 1);
    job.credentials = provider_control("{\"call\":\"token\",\"account\":"
        "\"alice\",\"scopes\":[\"w_member_social\"]}");
    assert_int_equal(linkedin.measure(&job, &metrics).kind, RESULT_REJECTED);
}

static void
posts_are_edited_and_removed(void **state)
{
    struct job job = published(page);
    const char *ledger;

    (void)state;
    job.text = "Now (better) #word";
    assert_int_equal(linkedin.edit(&job).kind, RESULT_READY);
    ledger = instance_read(memory_format("%s/ledger.jsonl",
                                         provider_folder));
    assert_non_null(strstr(ledger, "\"edited\": \"Now (better) #word\""));
    assert_int_equal(linkedin.remove(&job).kind, RESULT_READY);
    assert_int_equal(linkedin.remove(&job).kind, RESULT_READY);
    assert_int_equal(linkedin.edit(&job).kind, RESULT_REJECTED);
}

/* ------------------------------------------------------------ little text */

static void
reserved_characters_are_escaped(void **state)
{
    static const struct { const char *text, *little; } rows[] = {
        { "plain", "plain" }, { "", "" },
        { "a\\b|c{d}e@f[g]h(i)j<k>l*m_n~o",
          "a\\\\b\\|c\\{d\\}e\\@f\\[g\\]h\\(i\\)j\\<k\\>l\\*m\\_n\\~o" },
        { "#tag (#two) a#b # c ##d", "#tag \\(#two\\) a\\#b \\# c \\#\\#d" },
        { "#\xc3\xa9t\xc3\xa9 #snake_case", "#\xc3\xa9t\xc3\xa9"
          " #snake\\_case" },
        { "https://a.example/b_c#d", "https://a.example/b\\_c\\#d" },
        { "hi @[Dev Co](urn:li:organization:1)!",
          "hi @[Dev Co](urn:li:organization:1)!" },
        { "@[A](urn:li:person:x-Y_1)", "@[A](urn:li:person:x-Y_1)" },
        { "@[A](urn:li:share:1)", "\\@\\[A\\]\\(urn:li:share:1\\)" },
        { "@[A](urn:li:person:)", "\\@\\[A\\]\\(urn:li:person:\\)" },
        { "@[", "\\@\\[" }, { "\\", "\\\\" }
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(linkedin_text_escape(rows[i].text),
                            rows[i].little);
        assert_string_equal(linkedin_text_plain(rows[i].little),
                            rows[i].text);
    }
    assert_string_equal(linkedin_text_plain("see {hashtag|\\#|a\\_b}, {x \n"),
                        "see #a_b, {x");
    assert_string_equal(linkedin_text_plain("{hashtag|\\#|open"),
                        "{hashtag|#|open");
}

static void
urns_are_found_in_sentences(void **state)
{
    (void)state;
    assert_string_equal(linkedin_text_urn("a duplicate of urn:li:share:71."),
                        "urn:li:share:71");
    assert_string_equal(linkedin_text_urn("urn:li:ugcPost:9"),
                        "urn:li:ugcPost:9");
    assert_null(linkedin_text_urn("urn:li:share:"));
    assert_null(linkedin_text_urn("urn:li:person:1"));
    assert_null(linkedin_text_urn(""));
}

static void
a_bare_id_becomes_a_urn_once(void **state)
{
    struct job job = { .remote_account = "2414183" };

    (void)state;
    assert_string_equal(linkedin_author(&job), page);
    job.remote_account = page;
    assert_string_equal(linkedin_author(&job), page);
    job.remote_account = "alice-Id1";
    assert_string_equal(linkedin_author(&job), alice);
    assert_string_equal(linkedin_path("/rest/posts/", "urn:li:share:1", ""),
                        "/rest/posts/urn%3Ali%3Ashare%3A1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_chooses_among_himself_and_his_pages),
        cmocka_unit_test(scopes_decide_what_can_be_chosen),
        cmocka_unit_test(tokens_are_renewed_where_they_can_be),
        cmocka_unit_test(a_pages_metrics),
        cmocka_unit_test(a_members_metrics),
        cmocka_unit_test(posts_are_edited_and_removed),
        cmocka_unit_test(reserved_characters_are_escaped),
        cmocka_unit_test(urns_are_found_in_sentences),
        cmocka_unit_test(a_bare_id_becomes_a_urn_once)
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
