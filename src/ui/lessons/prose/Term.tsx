import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { glossary } from "../../i18n.ts";
import { definitionIn } from "./terms.ts";

/** Between leaving the word and reaching its explanation (ms). */
const GRACE_MS = 150;
const GAP = 6;

/** A word of the glossary: hover, focus or a tap shows what it means, Escape hides it. */
export function Term({ url, children }: { url: string; children: ReactNode }) {
  const id = useId();
  const word = useRef<HTMLButtonElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [open, setOpen] = useState(false);
  const definition = definitionIn(glossary(), url);

  useEffect(() => {
    const [anchor, box] = [word.current, bubble.current];
    if (!open || !anchor || !box) return;
    box.showPopover();
    place(anchor, box);
    const hide = () => setOpen(false);
    const escape = (event: KeyboardEvent) => event.key === "Escape" && hide();
    const outside = (event: Event) => !anchor.contains(event.target as Node) && !box.contains(event.target as Node) && hide();
    document.addEventListener("keydown", escape);
    document.addEventListener("pointerdown", outside);
    // Where it would stay behind.
    addEventListener("scroll", hide, { capture: true });
    return () => {
      document.removeEventListener("keydown", escape);
      document.removeEventListener("pointerdown", outside);
      removeEventListener("scroll", hide, { capture: true });
      if (box.isConnected) box.hidePopover();
    };
  }, [open]);
  useEffect(() => () => clearTimeout(leaving.current), []);

  if (definition === undefined) return <>{children}</>;
  const stay = () => clearTimeout(leaving.current);
  const leave = () => {
    stay();
    leaving.current = setTimeout(() => setOpen(false), GRACE_MS);
  };
  const enter = (event: React.PointerEvent) => {
    // A finger's tap is a click.
    if (event.pointerType !== "mouse") return;
    stay();
    setOpen(true);
  };
  return (
    <>
      <button
        ref={word}
        type="button"
        className="term"
        aria-describedby={open ? id : undefined}
        aria-expanded={open}
        onPointerEnter={enter}
        onPointerLeave={(event) => event.pointerType === "mouse" && leave()}
        onFocus={({ target }) => target.matches(":focus-visible") && setOpen(true)}
        onBlur={leave}
        onClick={() => {
          stay();
          setOpen(true);
        }}
        data-testid="term"
      >
        {children}
      </button>
      <span
        ref={bubble}
        id={id}
        popover="manual"
        role="tooltip"
        className="term-bubble"
        onPointerEnter={stay}
        onPointerLeave={leave}
        data-testid="term-definition"
      >
        {definition}
      </span>
    </>
  );
}

/** Below the word, or above it where there is no room; never beyond the window. */
function place(anchor: HTMLElement, box: HTMLElement): void {
  const at = anchor.getClientRects()[0] ?? anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, innerWidth - width - 8));
  const below = at.bottom + GAP + height < innerHeight - 8;
  box.style.left = `${left}px`;
  box.style.top = `${below ? at.bottom + GAP : Math.max(8, at.top - GAP - height)}px`;
}
