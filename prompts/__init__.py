"""Every French sentence that students and counsellors read: data with declared variables, read by `bot.phrases`."""
