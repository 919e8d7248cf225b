/** Watches the memory of workerd's isolates by the inspector, and its open files. Linux only, like processor-time.ts. */
import { readdirSync, readFileSync } from "node:fs";

type Inspected = Readonly<{ webSocketDebuggerUrl: string; title: string }>;

export type HeapWatch = Readonly<{
  /** The most that the isolate of Aftercart has used since the last call, in bytes; 0 if it was never read. */
  takeMost: () => number;
  stop: () => void;
}>;

const EVERY_MS = 100;

/** @param port of the inspector. */
export async function watchHeap(port: number): Promise<HeapWatch> {
  const targets: Inspected[] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const target = targets.find(({ title, webSocketDebuggerUrl }) =>
    `${title} ${webSocketDebuggerUrl}`.includes("aftercart"),
  );
  if (target === undefined) throw new Error(`no isolate of Aftercart: ${JSON.stringify(targets)}`);
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  let most = 0;
  let id = 0;
  await new Promise((opened, failed) => {
    socket.addEventListener("open", opened);
    socket.addEventListener("error", failed);
  });
  socket.addEventListener("message", ({ data }) => {
    const { result } = JSON.parse(String(data)) as { result?: { usedSize?: number } };
    most = Math.max(most, result?.usedSize ?? 0);
  });
  const timer = setInterval(() => {
    id += 1;
    socket.send(JSON.stringify({ id, method: "Runtime.getHeapUsage" }));
  }, EVERY_MS);
  return {
    takeMost: () => {
      const taken = most;
      most = 0;
      return taken;
    },
    stop: () => {
      clearInterval(timer);
      socket.close();
    },
  };
}

/** The number of files that this process's workerd has open; 0 on other systems. */
export function openFiles(): number {
  if (process.platform !== "linux") return 0;
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").split(" ");
  const pid = children.find((each) => each !== "" && commandOf(each) === "workerd");
  return pid === undefined ? 0 : readdirSync(`/proc/${pid}/fd`).length;
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}
