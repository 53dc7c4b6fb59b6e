/** What the page is for, as its address says. */
export type Route =
  | { readonly page: "workbench" }
  /** Tracks of lessons. */
  | { readonly page: "home" }
  /** `seed`: another than the lesson's, for who plays it again. `step`: begins there. */
  | { readonly page: "lesson"; readonly id: string; readonly seed: number | undefined };

/** Read once: whoever goes elsewhere loads the page anew, so that nothing of one cluster is left for the next. */
export function routeOf(search: string): Route {
  const query = new URLSearchParams(search);
  const id = query.get("lesson");
  if (id !== null && id !== "") return { page: "lesson", id, seed: query.has("seed") ? Number(query.get("seed")) : undefined };
  return query.has("learn") ? { page: "home" } : { page: "workbench" };
}

export const route: Route = routeOf(location.search);

export const addressOf = {
  workbench: "./",
  home: "?learn",
  /** Whichever lesson it is by then. */
  first: "?learn=first",
  lesson: (id: string, seed?: number): string =>
    `?${new URLSearchParams({ lesson: id, ...(seed !== undefined && { seed: String(seed) }) })}`,
};
