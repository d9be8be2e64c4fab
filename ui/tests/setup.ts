import { cleanup, configure } from "@testing-library/svelte";
import { afterEach } from "vitest";

afterEach(cleanup);

// Whether a role is hidden is asked of axe and of the real window; here it would cost a style computation an element.
// On a busy machine what is waited for comes late.
configure({ defaultHidden: true, asyncUtilTimeout: 10_000 });
