// The page's API: JSON in, `{"ok": true, "result": …}` out.

/** What the API refused, with its own words as message, or `status` 0 where nothing answered. */
class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "ApiError";
    this.status = status;
  }
}

/** Ask: the `result` of `path`; parameters that are null or undefined are left out. */
export function get(path, params = {}) {
  const given = Object.entries(params).filter(([, value]) => value !== null && value !== undefined);
  const query = new URLSearchParams(given).toString();
  return call(query ? `${path}?${query}` : path, {});
}

/** Do: the `result` of `path` with `body`; fields that are undefined are left out. */
export function post(path, body = {}) {
  return call(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function call(path, options) {
  const answer = await fetch(path, { cache: "no-store", ...options }).catch((error) => {
    throw new ApiError(error.message, 0);
  });
  const body = await answer.json().catch(() => ({}));
  if (!body.ok) throw new ApiError(body.error ?? answer.statusText, answer.status);
  return body.result;
}
