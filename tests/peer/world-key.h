/* The key of the worlds in one process: making one takes a while, and a fixed one lets a
 * seed be a story. It guards nothing. */
#pragma once

static const char world_key[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCYAZj6w9Dl2yoo\n"
    "Amm1iXUYiv/ufpiz3dsWwq7lQIb/t6xqAgvCmZL6AcEk1g9+wCqb+DhQQJ+cZHk2\n"
    "wnpFs2wPBcJWZMg+2ZB68T78yEbowlMaSHg6exhk3UkILu5Dw1+GtsHQ4PeTKd+r\n"
    "YJXHnUEg2ljnb7KpHTnyA9Nt9wRJpnHTLUzhFIcIm8sD8/OLkWiATkBYk6ii5mBZ\n"
    "dIbpgY20uxJi/DcJY6XOQ4ydFN0WTpRdA7XA6Mb9tTZ/jwDOK1KcndEcz/umqKLP\n"
    "kdYnkJoM+0vECW9ioqskBsBk397/jJgkMDeZGyAuxxFb9z35GMPYCdao/oT4ku6l\n"
    "Dro3OqpJAgMBAAECggEAQh1HxaJQBPnrfxV1lwEfjjo/ESO9FVakyWSKH6qOTUE9\n"
    "W6piJRUZCWaj9HqqqK26mrY/ACDri2FkG35BInnkwS/3FA6nzjZhEihGBjqyJOEI\n"
    "tkDZEk6iEJTzA/0towmiTfzFli2TYU3wPCE5ZGYwgrKVwqwhoE7W+j3Rw12SXtm7\n"
    "qevFmjdNYj4pqMhvwaxSzAAfrq80Cz9ZLtSjrKRZ81pUK0tpKdRs/RTq1XU72GMQ\n"
    "Pq0cGA7D8PJLAalGe+eOzdWc+0nwdQ58ZE2B5eLeYVPahhK4MMNsJQg0orfeN0MS\n"
    "MSamM4YcuDxny2LAQS1mor7djQ29JwHb1+kPhZXZ9QKBgQDMOiy1BQLWCNN2xalN\n"
    "2yb1ZHDGr+EMKfpV/KTuMTFsyKQkN8zkiPJaFqASNBXblKfijxtsxp05c/Aez1Ad\n"
    "1KCSpANYXDOYiwL05sCBDZ5itsMi8VIpfjACXjQX5FFjnOPnCsZphNWCLY+Nulgc\n"
    "+hsXg3O6jQ6Wsk9NS4LvHJ0prwKBgQC+imnYK/2mUOSXwMq6Sk+8fRxfBf37MIzy\n"
    "ceG02sNwEskiHhOYHEFrmphjNYtGiXKHJcFRsArfYi4Y7+0x+lvfT5RZL3sGg+E6\n"
    "Px/3m1qQB7u9W8n1uYXTRnGkB8b0T9CCSfciSpXi2VvL8n+eQxP7vPCQBGC193T0\n"
    "YU5w69ABhwKBgEp1c1NUTmJmuWJ2UnHWUu/o/M0T1sMuktzCzgch3FlDFcU2qvcv\n"
    "jtyVnyrD3qw+GK+baW5RQ4Vs5cD16MnXeeu87JNMmmslU6CieNEUfAiVhbO5tDD4\n"
    "ltxmKCwFzD67NsRHw2s5SPa7UblklTeLYFFEVe9P+l+rBwqxWz1+ezZ1AoGBAJIo\n"
    "2shX9lp98tv1p4z/M+sCjaDWl9z3gSb49IomxYRS5LanG6CzC/veusZfbFbPWGsT\n"
    "KxfeUnjId1Ppt6l+wrqp8MH5CgYVY8+qXHszUGTribfXkTRM+7r1bnbFAHioQOmw\n"
    "k0JatF8vHJt1iS99hPa2GFJhCU6MY8qSWfmE6ipBAoGAIZtyiewafxe16eaxykSp\n"
    "6cYHeKtQlTqxtbHdMWIJ50lxUG6CnzSZTHMH2g63eOerdeC66GrIdDn17Dg2f801\n"
    "G13rroIrwLerDZ+AFAoktvK7ezf6AXaxqdYVZadFVap/5AuVuEGTK0afL/IBJXHB\n"
    "qnivXDBo/5GhrJt1J76NpHE=\n"
    "-----END PRIVATE KEY-----\n";
