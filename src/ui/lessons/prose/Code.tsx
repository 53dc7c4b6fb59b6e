import { Icon } from "../../frame/Icon.tsx";
import { useT } from "../../i18n.ts";
import { copyText } from "../../terminal/clipboard.ts";
import { runCommand } from "../run.ts";

interface Props {
  readonly code: string;
  readonly action: "exec" | "copy" | undefined;
}

/** A command within a sentence: the whole of it is the button. */
export function InlineCode({ code, action }: Props) {
  const t = useT();
  if (!action) return <code>{code}</code>;
  const exec = action === "exec";
  const label = t(exec ? "lessons.runCommand" : "lessons.copyCommand", { command: code });
  return (
    <button
      type="button"
      className="command"
      data-action={action}
      aria-label={label}
      title={label}
      onClick={() => (exec ? runCommand(code) : void copyText(code))}
      data-testid={`command-${action}`}
    >
      <code>{code}</code>
      <Icon name={exec ? "play" : "copy"} />
    </button>
  );
}

export function CodeBlock({ code, action }: Props) {
  const t = useT();
  return (
    <div className="code-block" data-action={action}>
      {/* Wide code is scrolled with the arrow keys, too. */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
      {action && (
        <div className="code-actions">
          {action === "exec" && (
            <button
              type="button"
              className="button compact"
              aria-label={t("lessons.runCommand", { command: code })}
              onClick={() => runCommand(code)}
              data-testid="command-exec"
            >
              <Icon name="play" /> {t("lessons.run")}
            </button>
          )}
          <button
            type="button"
            className="button compact"
            aria-label={t("lessons.copyCommand", { command: code })}
            onClick={() => void copyText(code)}
            data-testid="command-copy"
          >
            <Icon name="copy" /> {t("lessons.copy")}
          </button>
        </div>
      )}
    </div>
  );
}
