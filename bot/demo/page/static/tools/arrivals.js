// What the bot says by itself while the clock moves, and after it stands, until somebody acts.

const QUIET = 700; // ms without a message, after which it is told what came

/**
 * Count the bot's messages from now on: `settle(tell)` tells them (the name of a chat → the numbers
 * of its messages) as soon as nothing more comes, and again if something does; `end()` counts no more.
 */
export function arrivals(events) {
  const chats = new Map();
  let tell = null;
  let timer = 0;

  const later = () => {
    clearTimeout(timer);
    if (tell) timer = setTimeout(() => tell(chats), QUIET);
  };
  const hear = ({ detail: message }) => {
    if (tell && acted(message)) return end();
    if (!message.from?.is_bot || message.reply_to_message) return;
    const name = message.chat.title ?? message.chat.first_name;
    chats.set(name, (chats.get(name) ?? new Set()).add(message.message_id));
    later();
  };
  const listen = (how) => {
    events[how]("message", hear);
    events[how]("answer", answered);
  };
  const answered = () => tell && end();
  const end = () => listen("removeEventListener");

  listen("addEventListener");
  return {
    end,
    settle(told) {
      tell = told;
      later();
    },
  };
}

/** Whether a message shows that somebody acts: they wrote, or a tap changed what was there. */
const acted = (message) => !message.from?.is_bot || Boolean(message.edit_date);
