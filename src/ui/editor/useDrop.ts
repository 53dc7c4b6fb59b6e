import { useState } from "react";
import { dropped } from "./transfer.ts";

type Dropped = ReturnType<typeof dropped>;

/** Whether files are held above an element, and the handlers that make it take them. */
export function useDrop(take: (files: Dropped) => void) {
  const [over, setOver] = useState(false);
  const files = (event: React.DragEvent): boolean => event.dataTransfer.types.includes("Files");
  return [
    over,
    {
      onDragOver: (event: React.DragEvent) => {
        if (!files(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setOver(true);
      },
      onDragLeave: (event: React.DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (event: React.DragEvent) => {
        if (!files(event)) return;
        event.preventDefault();
        setOver(false);
        take(dropped(event.dataTransfer));
      },
    },
  ] as const;
}
