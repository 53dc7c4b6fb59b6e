import { createElement, Fragment, type ReactNode } from "react";
import type { Block } from "../../../browser/protocol.ts";
import { Icon } from "../../frame/Icon.tsx";
import { useT } from "../../i18n.ts";
import { usePicture } from "./assets.ts";
import { CodeBlock, InlineCode } from "./Code.tsx";
import { actionOf, calloutOf, outward, pictureType, plain } from "./nodes.ts";
import { Term } from "./Term.tsx";

/** Deeper than any author nests; what lies below is shown as its words. */
const DEEPEST = 24;

/** Markdown's tree as elements, node by node: there is no way from an author's text to a page's own HTML. */
export function Markdown({ nodes }: { nodes: readonly Block[] }) {
  return (
    <div className="prose">
      <Nodes nodes={nodes} depth={0} />
    </div>
  );
}

/** Where only words may stand, such as a label: its paragraphs without their own boxes. */
export function InlineMarkdown({ nodes }: { nodes: readonly Block[] }) {
  return nodes.map((node, i) => (
    <Fragment key={i}>{node.type === "paragraph" ? <Nodes nodes={node.children} depth={1} /> : <One node={node} depth={1} />}</Fragment>
  ));
}

function Nodes({ nodes, depth }: { nodes: readonly Block[]; depth: number }) {
  return nodes.map((node, i) => <One key={i} node={node} depth={depth} />);
}

function One({ node, depth }: { node: Block; depth: number }): ReactNode {
  if (depth > DEEPEST) return plain(node);
  const inside = "children" in node ? <Nodes nodes={node.children as readonly Block[]} depth={depth + 1} /> : null;
  switch (node.type) {
    case "text":
      return node.value;
    case "paragraph":
      return <p>{inside}</p>;
    case "heading":
      // The page's own headings are above: the lesson, and the step.
      return createElement(`h${Math.min(6, Math.max(4, node.depth + 1))}`, {}, inside);
    case "emphasis":
      return <em>{inside}</em>;
    case "strong":
      return <strong>{inside}</strong>;
    case "delete":
      return <del>{inside}</del>;
    case "inlineCode":
      return <InlineCode code={node.value} action={actionOf(node)} />;
    case "code":
      return <CodeBlock code={node.value} action={actionOf(node)} />;
    case "break":
      return <br />;
    case "thematicBreak":
      return <hr />;
    case "list":
      return node.ordered ? <ol start={node.start ?? 1}>{inside}</ol> : <ul>{inside}</ul>;
    case "listItem":
      return (
        <li data-task={typeof node.checked === "boolean" || undefined}>
          {typeof node.checked === "boolean" && <span aria-hidden="true">{node.checked ? "☑ " : "☐ "}</span>}
          {inside}
        </li>
      );
    case "blockquote":
      return <Quote node={node} depth={depth} />;
    case "link":
      return node.url.startsWith("term:") ? <Term url={node.url}>{inside}</Term> : <Link url={node.url}>{inside}</Link>;
    case "image":
      return <Picture path={node.url} alt={node.alt ?? ""} />;
    case "table":
      return <Table node={node} depth={depth} />;
    case "footnoteReference":
      return <sup>{node.label ?? node.identifier}</sup>;
    case "footnoteDefinition":
      return (
        <div className="footnote">
          <sup>{node.label ?? node.identifier}</sup> {inside}
        </div>
      );
    // HTML is words here, as in any text.
    case "html":
      return <span className="as-text">{node.value}</span>;
    case "imageReference":
      return node.alt ?? "";
    case "definition":
    case "yaml":
      return null;
    default:
      return inside;
  }
}

function Quote({ node, depth }: { node: Extract<Block, { type: "blockquote" }>; depth: number }) {
  const t = useT();
  const callout = calloutOf(node);
  if (!callout)
    return (
      <blockquote>
        <Nodes nodes={node.children} depth={depth + 1} />
      </blockquote>
    );
  return (
    <aside className="callout" data-kind={callout.kind} aria-label={t(`lessons.callout.${callout.kind}`)}>
      <p className="callout-title" aria-hidden="true">
        <Icon name={callout.kind === "WARNING" || callout.kind === "CAUTION" ? "warning" : "bulb"} />
        {t(`lessons.callout.${callout.kind}`)}
      </p>
      <Nodes nodes={callout.content} depth={depth + 1} />
    </aside>
  );
}

function Link({ url, children }: { url: string; children: ReactNode }) {
  const to = outward(url);
  if (to === undefined) return <span>{children}</span>;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}

function Picture({ path, alt }: { path: string; alt: string }) {
  const t = useT();
  const address = usePicture(path);
  if (pictureType(path) === undefined) return <span className="no-picture">{t("lessons.noImage", { alt })}</span>;
  return address === undefined ? null : <img src={address} alt={alt} />;
}

function Table({ node, depth }: { node: Extract<Block, { type: "table" }>; depth: number }) {
  const [head, ...rows] = node.children;
  const cells = (row: (typeof rows)[number], as: "th" | "td") =>
    row.children.map((cell, i) =>
      createElement(
        as,
        { key: i, style: { textAlign: node.align?.[i] ?? undefined }, ...(as === "th" && { scope: "col" }) },
        <Nodes nodes={cell.children} depth={depth + 1} />,
      ),
    );
  return (
    <div className="table-scroll" tabIndex={0} role="group">
      <table>
        {head && (
          <thead>
            <tr>{cells(head, "th")}</tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>{cells(row, "td")}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
