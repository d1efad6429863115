// The switches: who speaks, and in which group.

import { avatar } from "./persona.js";
import { Switch } from "./switch.js";
import { say } from "./words.js";

/** Show who can speak. Whoever is taken is shown in a group that they are in, if there is one. */
export function showPeople(page, root) {
  const switched = new Switch(root, "person", (key) => {
    const { id } = page.state.people.find((person) => person.key === key);
    const groups = page.groups().filter((chat) => page.store.has(chat.id, id));
    const stays = groups.length === 0 || groups.some((chat) => chat.id === page.chosen.group);
    page.choose({ person: key, group: stays ? page.chosen.group : groups[0].id });
  });
  keepShown(page, () =>
    switched.show(
      page.state.people.map((person) => ({
        key: person.key,
        label: person.name,
        note: say(`parts.${person.key}`),
        mark: avatar(person, person.name),
        unread: page.store.unread(person.id),
      })),
      page.chosen.person,
    ),
  );
}

/** Show the groups there are. What came in one counts for those who are in it. */
export function showGroups(page, root) {
  const switched = new Switch(root, "group", (id) => page.choose({ group: id }));
  const unread = ({ id }) => (page.store.has(id, page.person()?.id) ? page.store.unread(id) : 0);
  keepShown(page, () =>
    switched.show(
      page.groups().map((chat) => ({ key: chat.id, label: chat.title, unread: unread(chat) })),
      page.chosen.group,
    ),
  );
}

function keepShown(page, show) {
  page.events.addEventListener("chosen", show);
  for (const name of ["world", "chat", "unread"]) page.store.addEventListener(name, show);
  show();
}
