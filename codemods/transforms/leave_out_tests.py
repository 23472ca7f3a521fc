"""Leave out tests whose answers are known, and what they keep from being done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst
import libcst.matchers as m

PASS = cst.SimpleStatementLine([cst.Pass()])


class LeaveOutTests(cst.CSTTransformer):
    """Puts what is done in the place of statements whose test has an answer."""

    def __init__(self, decided: Mapping[cst.CSTNode, bool]) -> None:
        super().__init__()
        self.decided = decided

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:
        """An `elif` with an answer is the end of its chain, or is left out of it."""
        match original_node.orelse, updated_node.orelse:
            case cst.If() as below, cst.If(body=body, orelse=rest):
                if below in self.decided:
                    rest = cst.Else(body) if self.decided[below] else rest
                    return updated_node.with_changes(orelse=rest)
        return updated_node

    def leave_IndentedBlock(
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        body: list[cst.BaseStatement] = []
        for before, after in zip(original_node.body, updated_node.body, strict=True):
            if before not in self.decided:
                body.append(after)
                continue
            done = _done(after, self.decided[before])
            body += done
            if done and _leaves(done[-1]):
                break  # what stands behind is not reached any more
        return updated_node.with_changes(body=body or [PASS])


def _done(tested: cst.BaseStatement, answer: bool) -> Sequence[cst.BaseStatement]:
    """What is done of an `if`, or of an assertion."""
    match tested:
        case cst.If(body=cst.IndentedBlock(body=body)) if answer:
            return body
        case cst.If(orelse=cst.If() as chained):
            return [chained]
        case cst.If(orelse=cst.Else(body=cst.IndentedBlock(body=body))):
            return body
    return []


def _leaves(statement: cst.BaseStatement) -> bool:
    """Whether nothing behind a statement is reached."""
    leaving = m.SimpleStatementLine([m.Return() | m.Raise()])
    return m.matches(statement, leaving)
