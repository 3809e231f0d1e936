/// A file of the page that shows traces, for a server that sends it to a browser.
///
/// Scripts are modules that import one another by name; `main.js` starts the page with the data that its
/// document carries. ``HTMLReport`` needs none of this: it joins them itself. What is called `live…` belongs to
/// the page with a model behind it: `live.html` is its document, which needs nothing filled in and finds the
/// other files under `page/` and the server under `api/`.
public struct PageFile: Hashable, Sendable {
    /// The name, such as `app.js`, unique among the files.
    public let name: String
    /// What a server calls its content, such as `text/javascript`.
    public let mediaType: String
    /// The content.
    public let text: String

    /// All files: the document's shell, the style sheet, and the scripts in an order in which none imports
    /// one that comes later.
    ///
    /// The shell has places `{{POLICY}}`, `{{TITLE}}`, `{{STYLE}}`, `{{DATA}}` and `{{SCRIPT}}` to be
    /// filled in.
    public static let all: [PageFile] = PageAssets.files.map { file in
        let ending = file.name.split(separator: ".").last
        let mediaType =
            switch ending {
            case "js": "text/javascript"
            case "css": "text/css"
            default: "text/html"
            }
        return PageFile(name: file.name, mediaType: mediaType, text: file.text)
    }
}
