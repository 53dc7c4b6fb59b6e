import { create } from "zustand";
import { notify } from "./announce.ts";
import { t } from "./i18n.ts";

export const usePwa = create<{ readonly offlineReady: boolean }>(() => ({ offlineReady: false }));

/** Registers the service worker. A new version is offered, never forced: a reload would cut a running session. */
export async function startPwa(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  try {
    // Relative to the page, so that it works below any path.
    const registration = await navigator.serviceWorker.register(new URL("sw.js", document.baseURI));
    if (registration.active) usePwa.setState({ offlineReady: true });
    if (registration.waiting) offer(registration.waiting);
    const follow = (worker: ServiceWorker | null): void =>
      worker?.addEventListener("statechange", () => {
        if (worker.state === "activated") usePwa.setState({ offlineReady: true });
        if (worker.state === "installed" && navigator.serviceWorker.controller) offer(worker);
      });
    // One that the page before this one has begun to install is not found anew.
    follow(registration.installing);
    registration.addEventListener("updatefound", () => follow(registration.installing));
  } catch {
    // Refused (a private window, an insecure address): the app works while there is a connection.
  }
}

function offer(worker: ServiceWorker): void {
  notify(t("status.updateReady"), {
    action: {
      label: t("status.updateNow"),
      run() {
        navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
        worker.postMessage({ type: "SKIP_WAITING" });
      },
    },
  });
}
