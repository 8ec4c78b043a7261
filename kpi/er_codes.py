"""What the codes of `kpi.formulas` have in common where they are measured over a period."""

# Sums over posts that need no single day: read as one line for each page.
BY_PERIOD_CODES = ("er_post", "lr", "tr", "ar")
# A mean of days, by the subscribers of each day: of the posts posted, of what happened on it.
BY_DAY_CODES = ("er_day", "er_daily")
# Engagement by what the posts themselves were seen: sums, over the posts that have both.
BY_BASE_CODES = ("err", "er_view", "telegram_er")
# Means and medians of posts: read post by post, where the others are sums.
BY_POST_CODES = (
    "er_post_mean", "err_mean", "er_view_mean", "er_median20", "telegram_err", "telegram_err24",
    "vr",
)  # fmt: skip
# Of these, those that divide each post by the subscribers of its own day.
BY_POST_SUBSCRIBERS = ("er_post_mean", "er_median20", "telegram_err", "telegram_err24", "vr")
# What counts as engagement, where it is not all of it.
PARTS_OF = {"lr": ("likes",), "tr": ("comments",), "ar": ("shares",)}
# Read back from the end of the period, past its beginning, until there are so many posts.
LAST_POSTS_CODES = ("er_median20",)
LAST_POSTS = 20
# A reading of subscribers farther than this from a post says nothing of the post's day.
NEAR_DAYS = 31
