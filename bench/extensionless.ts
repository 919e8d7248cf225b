/** `--import` before a benchmark that runs the domain itself in Node: in `src`, imports name no file extension. */
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../scripts/local/state.ts";

const SOURCES = pathToFileURL(path.join(ROOT, "src/")).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const ours = specifier.startsWith(".") && context.parentURL?.startsWith(SOURCES) === true;
    return next(ours && path.extname(specifier) === "" ? `${specifier}.ts` : specifier, context);
  },
});
