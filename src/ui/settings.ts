import { create } from "zustand";
import { route } from "./lessons/route.ts";

export type Theme = "system" | "light" | "dark";
export type Language = "en" | "es";
export type Pane = "lesson" | "terminal" | "map" | "editor" | "events";
/** Which namespaces the views show: the learner's (all but Kubernetes' own), all of them, or one by name. */
export type NamespaceFilter = { readonly kind: "own" } | { readonly kind: "all" } | { readonly kind: "one"; readonly name: string };

interface Settings {
  readonly theme: Theme;
  readonly language: Language;
  readonly namespaces: NamespaceFilter;
  readonly mapView: "map" | "table";
  readonly eventType: "all" | "Warning" | "Normal";
  /** Sizes of panes in per cent, by splitter. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly pane: Pane;
  readonly screenReader: boolean;
  /** Commands and their output as a list beside the terminal. */
  readonly commandLog: boolean;
}

const STORED_AT = "timonel.settings";

function initial(): Settings {
  const language: Language = navigator.languages.find((l) => /^(en|es)\b/.test(l))?.startsWith("es") ? "es" : "en";
  const defaults: Settings = {
    theme: "system",
    language,
    namespaces: { kind: "own" },
    mapView: "map",
    eventType: "all",
    sizes: {},
    pane: "terminal",
    screenReader: false,
    commandLog: false,
  };
  try {
    const settings = { ...defaults, ...(JSON.parse(localStorage.getItem(STORED_AT) ?? "{}") as Partial<Settings>) };
    return { ...settings, pane: firstPane(settings.pane) };
  } catch {
    // Storage may be refused: then settings last as long as the page.
    return { ...defaults, pane: firstPane("terminal") };
  }
}

/** A lesson begins with what it says, and only there is something to say. */
const firstPane = (last: Pane): Pane => (route.page === "lesson" ? "lesson" : last === "lesson" ? "terminal" : last);

export const useSettings = create<Settings>(initial);

useSettings.subscribe((settings) => {
  try {
    localStorage.setItem(STORED_AT, JSON.stringify(settings));
  } catch {
    // As above.
  }
});

export function applyTheme(): void {
  const apply = ({ theme }: Settings) => {
    const root = document.documentElement;
    if (theme === "system") root.removeAttribute("data-theme");
    else root.dataset["theme"] = theme;
  };
  apply(useSettings.getState());
  useSettings.subscribe(apply);
}

const systemDark = matchMedia("(prefers-color-scheme: dark)");

/** Calls `on` now and whenever light turns dark or back: for the parts that CSS does not reach (xterm, Monaco). */
export function followDark(on: (dark: boolean) => void): () => void {
  let last: boolean | undefined;
  const tell = () => {
    const { theme } = useSettings.getState();
    const dark = theme === "system" ? systemDark.matches : theme === "dark";
    if (dark !== last) on((last = dark));
  };
  tell();
  systemDark.addEventListener("change", tell);
  const stop = useSettings.subscribe(tell);
  return () => {
    systemDark.removeEventListener("change", tell);
    stop();
  };
}

const KUBERNETES_OWN = new Set(["kube-system", "kube-public", "kube-node-lease", "local-path-storage", "ingress-nginx"]);

export function shows(filter: NamespaceFilter, namespace: string): boolean {
  if (filter.kind === "all") return true;
  if (filter.kind === "one") return filter.name === namespace;
  return !KUBERNETES_OWN.has(namespace);
}
