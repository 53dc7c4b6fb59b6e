import { useSyncExternalStore } from "react";

const phone = matchMedia("(max-width: 760px)");

/** Whether there is room for one pane only. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (on) => {
      phone.addEventListener("change", on);
      return () => phone.removeEventListener("change", on);
    },
    () => phone.matches,
  );
}
