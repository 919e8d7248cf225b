/** For `--import`: lets Node resolve the imports in `src`, which have no file extension. */
import { registerHooks } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../scripts/local/state.ts";

const SOURCES = pathToFileURL(path.join(ROOT, "src/")).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const aftercart = specifier.startsWith(".") && context.parentURL?.startsWith(SOURCES) === true;
    return next(aftercart && path.extname(specifier) === "" ? `${specifier}.ts` : specifier, context);
  },
});
