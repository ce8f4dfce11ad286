import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  fallback: (again: () => void) => ReactNode;
  children: ReactNode;
}

/** A fault in one part of a page leaves the rest alive. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return this.props.fallback(() => this.setState({ hasFailed: false }));
  }
}
