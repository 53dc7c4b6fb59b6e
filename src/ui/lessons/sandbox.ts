import type { ToWorker } from "../../browser/protocol.ts";
import type { Route } from "./route.ts";

type Sandbox = Omit<Extract<ToWorker, { type: "open" }>, "type" | "takeover">;

/** Where a page's cluster is kept, and what it is made with: each lesson has one of its own. */
export async function sandboxOf(route: Route): Promise<Sandbox> {
  if (route.page === "lesson") {
    const files = await filesOf(route.id);
    return { sandbox: `lesson.${route.id}`, preset: "default", seed: route.seed ?? null, lesson: { folder: route.id, files } };
  }
  const query = new URLSearchParams(location.search);
  const seed = query.get("seed");
  return {
    sandbox: query.get("sandbox") ?? "default",
    preset: query.get("preset") ?? "default",
    seed: seed === null ? null : Number(seed),
  };
}

/** None: there is no such lesson, as the worker will say. */
async function filesOf(id: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const { loaders } = await import("virtual:lessons");
  const files = (await loaders[id]?.())?.default ?? {};
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Uint8Array.from(atob(text), (c) => c.charCodeAt(0))]));
}
