; Installs Exotel Monitor for the user who starts this, without an administrator:
; everything is below the user's own folders and HKEY_CURRENT_USER. With /S it
; asks nothing. build.sh names VERSION, APP_ID, FROM, SIZE, SIGN and OUT.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10

!include MUI2.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define PROGRAM exotel-monitor.exe
!define SHORTCUT "$SMPROGRAMS\Exotel Monitor.lnk"
!define CLASSES Software\Classes
!define WINDOWS Software\Microsoft\Windows\CurrentVersion

Name "Exotel Monitor"
BrandingText "Exotel Monitor ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Exotel Monitor"
InstallDirRegKey HKCU "${WINDOWS}\Uninstall\${APP_ID}" InstallLocation
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "Exotel Monitor"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Installs Exotel Monitor"
VIAddVersionKey LegalCopyright "© 2026 the Exotel Monitor authors, MIT licence"
!uninstfinalize '"${SIGN}" "%1"'

!define MUI_ICON "${FROM}/exotel-monitor.ico"
!define MUI_UNICON "${FROM}/exotel-monitor.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE Hindi

LangString TooOld ${LANG_ENGLISH} "Exotel Monitor needs Windows 10 or newer."
LangString TooOld ${LANG_HINDI} "एक्सोटेल मॉनिटर के लिए Windows 10 या नया संस्करण चाहिए।"
LangString Running ${LANG_ENGLISH} "Exotel Monitor is running. Quit it, also in the tray, and try again."
LangString Running ${LANG_HINDI} "एक्सोटेल मॉनिटर चल रहा है। उसे ट्रे से भी बंद करें और फिर कोशिश करें।"
LangString DeleteData ${LANG_ENGLISH} "Delete the settings, the kept calls and the record of alerts, too?$\n$\nThe account's keys stay in Windows' Credential Manager until you remove them there."
LangString DeleteData ${LANG_HINDI} "क्या सेटिंग, सहेजी गई कॉल और चेतावनियों का अभिलेख भी मिटाएँ?$\n$\nखाते की कुंजियाँ Windows के क्रेडेंशियल मैनेजर में रहेंगी, जब तक आप उन्हें वहाँ से न हटाएँ।"

; A program that runs cannot be replaced. Silently that ends with 2.
!macro AwaitEnd
	${If} ${FileExists} "$INSTDIR\${PROGRAM}"
		${Do}
			ClearErrors
			FileOpen $0 "$INSTDIR\${PROGRAM}" a
			${IfNot} ${Errors}
				FileClose $0
				${ExitDo}
			${EndIf}
			${If} ${Cmd} `MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Running)" /SD IDCANCEL IDCANCEL`
				SetErrorLevel 2
				Quit
			${EndIf}
		${Loop}
	${EndIf}
!macroend

Function .onInit
	${IfNot} ${AtLeastWin10}
		MessageBox MB_ICONSTOP "$(TooOld)" /SD IDOK
		SetErrorLevel 2
		Quit
	${EndIf}
FunctionEnd

Section
	!insertmacro AwaitEnd
	SetOutPath "$INSTDIR"
	File "${FROM}/${PROGRAM}"
	File "${FROM}/icon.png"
	File "${FROM}/license.txt"
	File "${FROM}/licences.txt"
	WriteUninstaller "$INSTDIR\uninstall.exe"

	CreateShortcut "${SHORTCUT}" "$INSTDIR\${PROGRAM}"
	Call MarkShortcut
	; What notifications are signed with, also where the shortcut is not looked at.
	WriteRegStr HKCU "${CLASSES}\AppUserModelId\${APP_ID}" DisplayName "Exotel Monitor"
	WriteRegStr HKCU "${CLASSES}\AppUserModelId\${APP_ID}" IconUri "$INSTDIR\icon.png"

	; exotel-monitor://…
	WriteRegStr HKCU "${CLASSES}\exotel-monitor" "" "URL:Exotel Monitor"
	WriteRegStr HKCU "${CLASSES}\exotel-monitor" "URL Protocol" ""
	WriteRegStr HKCU "${CLASSES}\exotel-monitor\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
	WriteRegStr HKCU "${CLASSES}\exotel-monitor\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

	WriteRegStr HKCU "${WINDOWS}\App Paths\${PROGRAM}" "" "$INSTDIR\${PROGRAM}"

	WriteRegStr HKCU "${WINDOWS}\Uninstall\${APP_ID}" DisplayName "Exotel Monitor"
	WriteRegStr HKCU "${WINDOWS}\Uninstall\${APP_ID}" DisplayVersion "${VERSION}"
	WriteRegStr HKCU "${WINDOWS}\Uninstall\${APP_ID}" DisplayIcon "$INSTDIR\${PROGRAM}"
	WriteRegStr HKCU "${WINDOWS}\Uninstall\${APP_ID}" Publisher "The Exotel Monitor authors"
	WriteRegStr HKCU "${WINDOWS}\Uninstall\${APP_ID}" InstallLocation "$INSTDIR"
	WriteRegStr HKCU "${WINDOWS}\Uninstall\${APP_ID}" UninstallString '"$INSTDIR\uninstall.exe"'
	WriteRegStr HKCU "${WINDOWS}\Uninstall\${APP_ID}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD HKCU "${WINDOWS}\Uninstall\${APP_ID}" EstimatedSize ${SIZE}
	WriteRegDWORD HKCU "${WINDOWS}\Uninstall\${APP_ID}" NoModify 1
	WriteRegDWORD HKCU "${WINDOWS}\Uninstall\${APP_ID}" NoRepair 1
SectionEnd

; Windows shows a program's notifications under the name of the shortcut that has
; its AppUserModelID. Where that cannot be set the shortcut is as good otherwise.
Function MarkShortcut
	!insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
	${If} $0 P= 0
		Return
	${EndIf}
	${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
	${If} $1 P<> 0
		${IPersistFile::Load} $1 '("${SHORTCUT}",${STGM_READWRITE})'
		${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
		${If} $2 P<> 0
			System::Call '*(&w64 "${APP_ID}")p.r5'
			System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
			System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,r5)p.r4'
			${IPropertyStore::SetValue} $2 '(r3,r4)'
			${IPropertyStore::Commit} $2 ""
			System::Free $5
			System::Free $4
			System::Free $3
			${IUnknown::Release} $2 ""
			${IPersistFile::Save} $1 '("${SHORTCUT}",1)'
		${EndIf}
		${IUnknown::Release} $1 ""
	${EndIf}
	${IUnknown::Release} $0 ""
FunctionEnd

Section Uninstall
	!insertmacro AwaitEnd
	Delete "$INSTDIR\${PROGRAM}"
	Delete "$INSTDIR\icon.png"
	Delete "$INSTDIR\license.txt"
	Delete "$INSTDIR\licences.txt"
	Delete "$INSTDIR\uninstall.exe"
	RMDir "$INSTDIR"
	Delete "${SHORTCUT}"
	DeleteRegKey HKCU "${CLASSES}\AppUserModelId\${APP_ID}"
	DeleteRegKey /ifempty HKCU "${CLASSES}\AppUserModelId"
	DeleteRegKey HKCU "${CLASSES}\exotel-monitor"
	DeleteRegKey HKCU "${WINDOWS}\App Paths\${PROGRAM}"
	DeleteRegKey /ifempty HKCU "${WINDOWS}\App Paths"
	DeleteRegKey HKCU "${WINDOWS}\Uninstall\${APP_ID}"
	; The program's own "start with Windows", see ui/system/autostart.
	DeleteRegValue HKCU "${WINDOWS}\Run" "Exotel Monitor"
	DeleteRegValue HKCU "${WINDOWS}\Explorer\StartupApproved\Run" "Exotel Monitor"
	RMDir /r "$LOCALAPPDATA\fyne\${APP_ID}" ; pictures for notifications
	RMDir "$LOCALAPPDATA\fyne"

	; The user's own: kept unless asked for. The keys are not touched.
	${If} ${Cmd} `MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(DeleteData)" /SD IDNO IDYES`
		RMDir /r "$APPDATA\exotel-monitor"
		RMDir /r "$APPDATA\fyne\${APP_ID}"
		RMDir "$APPDATA\fyne"
	${EndIf}
SectionEnd
