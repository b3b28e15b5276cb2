import { Component, type ReactNode } from "react";
import { ErrorNotice } from "./Notice";

/**
 * Shows that a page is missing where its script did not arrive, which would leave the window blank: the network failed,
 * or the console was upgraded under an open tab.
 */
export class Boundary extends Component<{ title: string; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="page">
        <div className="page-head">
          <h1>{this.props.title}</h1>
        </div>
        <ErrorNotice
          message="This page could not be loaded."
          action="Reload"
          retry={() => {
            window.location.reload();
          }}
        />
      </div>
    );
  }
}
