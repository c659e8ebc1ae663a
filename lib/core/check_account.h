/* check_account.h: what one account alone may not do on its network. */
#ifndef CHECK_ACCOUNT_H
#define CHECK_ACCOUNT_H
#include "core/catalogue.h"
#include "core/check.h"
#include "core/fault.h"

/* limits is what the network said of the account, JSON or NULL: of TikTok
   privacy_levels, a list; of YouTube long_uploads, the channel's
   longUploadsStatus; of Mastodon image_pixels and video_pixels. What it did
   not say forbids nothing. */
struct fault account_fault(const struct catalogue_row *, const char *limits,
                           const struct check_content *);
#endif
