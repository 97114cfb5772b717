"""The list of sessions as a script reads it."""


def ask(client, q: str = "", **more):
    return client.get("/sessions/", {"q": q, "format": "json", **more}).json()


def ids(answer) -> list[str]:
    return [session["id"] for session in answer["results"]]


def follow(client, q: str, **more) -> list[dict]:
    """Every answer, from the first to the one without `next`."""
    answers = [ask(client, q, **more)]
    while answers[-1]["next"]:
        answers.append(client.get(answers[-1]["next"]).json())
    return answers
