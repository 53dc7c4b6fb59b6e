import { useCallback, useEffect, useState } from "react";
import { readProgress } from "../../browser/index.ts";
import type { Progress } from "./catalogue.ts";

interface Known {
  readonly progress: Progress;
  /** Undefined while it is read; false where this browser stores nothing. */
  readonly stored: boolean | undefined;
}

/** How far the learner is with each lesson, read again when the page is seen again. */
export function useProgress(): Known & { readonly again: () => void } {
  const [known, setKnown] = useState<Known>({ progress: new Map(), stored: undefined });
  const again = useCallback(() => {
    readProgress().then(
      (rows) => setKnown({ progress: new Map(rows.map((row) => [row.id, row])), stored: true }),
      () => setKnown({ progress: new Map(), stored: false }),
    );
  }, []);
  useEffect(() => {
    again();
    // Back from a lesson by the browser's own button, the page may be the old one.
    addEventListener("pageshow", again);
    return () => removeEventListener("pageshow", again);
  }, [again]);
  return { ...known, again };
}
