import { createRoot } from "react-dom/client";
import "./styles/index.css";
import { App } from "./App.tsx";
import { startI18n } from "./i18n.ts";
import { route } from "./lessons/route.ts";
import { startPwa } from "./pwa.ts";
import { startSession, type StartedWorker } from "./session.ts";
import { applyTheme } from "./settings.ts";

async function starter(): Promise<() => StartedWorker> {
  // The whole branch is gone from a production build.
  if (import.meta.env.MODE !== "production" && new URLSearchParams(location.search).has("fake"))
    return (await import("./fake/start.ts")).startFakeWorker;
  return () => {
    const worker = new Worker(new URL("../browser/worker.ts", import.meta.url), { type: "module", name: "cluster" });
    return { port: worker, terminate: () => worker.terminate() };
  };
}

applyTheme();
// Everything that the prompt waits for starts now, side by side: the worker, the words, and (in TerminalPane) xterm.
// The home page of lessons has no cluster, and waits for nothing.
const home = route.page === "home" ? import("./home/Home.tsx") : undefined;
if (!home) void starter().then(startSession);
void startI18n().then(async () => {
  const { Home } = (await home) ?? {};
  createRoot(document.getElementById("root") as HTMLElement).render(Home ? <Home /> : <App />);
  if (document.readyState === "complete") void startPwa();
  else addEventListener("load", () => void startPwa(), { once: true });
});
